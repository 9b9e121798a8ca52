"""Two statements written by hand in the shape of two French banks' files; people and accounts invented."""

from shareholders.banking.references import reference_for
from tests.shareholders.banking.statements import OUR_IBAN, french_iban

_REFERENCE = reference_for("MDS", 42)

# Version 2, one text cut in lines, the bank's own codes, the last line in AddtlNtryInf, a PRCD balance,
# a fee without any detail, an entry still pending.
COOPERATIVE_BANK = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
          xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <BkToCstmrStmt>
    <GrpHdr>
      <MsgId>20260303060512000417</MsgId>
      <CreDtTm>2026-03-03T06:05:12</CreDtTm>
      <MsgPgntn><PgNb>1</PgNb><LastPgInd>true</LastPgInd></MsgPgntn>
    </GrpHdr>
    <Stmt>
      <Id>00417-2026-061</Id>
      <ElctrncSeqNb>61</ElctrncSeqNb>
      <CreDtTm>2026-03-03T06:05:12</CreDtTm>
      <Acct>
        <Id><IBAN>{OUR_IBAN}</IBAN></Id>
        <Ccy>EUR</Ccy>
        <Ownr><Nm>SAS MINE DE SOLEIL</Nm></Ownr>
        <Svcr><FinInstnId><BIC>XXXXFRPPXXX</BIC></FinInstnId></Svcr>
      </Acct>
      <Bal>
        <Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp>
        <Amt Ccy="EUR">12480.35</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-02-27</Dt></Dt>
      </Bal>
      <Bal>
        <Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
        <Amt Ccy="EUR">12617.85</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt>
      </Bal>
      <Bal>
        <Tp><CdOrPrtry><Cd>CLAV</Cd></CdOrPrtry></Tp>
        <Amt Ccy="EUR">12617.85</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt>
      </Bal>
      <TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry>
      <Ntry>
        <Amt Ccy="EUR">150</Amt>
        <CdtDbtInd>CRDT</CdtDbtInd>
        <Sts>BOOK</Sts>
        <BookgDt><Dt>2026-03-02</Dt></BookgDt>
        <ValDt><Dt>2026-03-02</Dt></ValDt>
        <AcctSvcrRef>0006104417</AcctSvcrRef>
        <BkTxCd>
          <Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>
          <Prtry><Cd>B05</Cd><Issr>CFONB</Issr></Prtry>
        </BkTxCd>
        <NtryDtls>
          <TxDtls>
            <Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
            <AmtDtls><TxAmt><Amt Ccy="EUR">150</Amt></TxAmt></AmtDtls>
            <RltdPties>
              <Dbtr><Nm>MME LEFEBVRE JEANNE</Nm></Dbtr>
              <DbtrAcct><Id><IBAN>{french_iban(7)}</IBAN></Id></DbtrAcct>
            </RltdPties>
            <RmtInf>
              <Ustrd>SOUSCRIPTION DE TROIS PARTS POUR LES TOITS DES ECOLES {_REFERENCE[:9]}</Ustrd>
              <Ustrd>{_REFERENCE[9:]}</Ustrd>
            </RmtInf>
          </TxDtls>
        </NtryDtls>
        <AddtlNtryInf>VIR SEPA RECU /DE MME LEFEBVRE JEANNE</AddtlNtryInf>
      </Ntry>
      <Ntry>
        <Amt Ccy="EUR">12.50</Amt>
        <CdtDbtInd>DBIT</CdtDbtInd>
        <Sts>BOOK</Sts>
        <BookgDt><Dt>2026-03-02</Dt></BookgDt>
        <ValDt><Dt>2026-03-02</Dt></ValDt>
        <AcctSvcrRef>0006104418</AcctSvcrRef>
        <BkTxCd><Prtry><Cd>B1A</Cd><Issr>CFONB</Issr></Prtry></BkTxCd>
        <AddtlNtryInf>FRAIS DE TENUE DE COMPTE</AddtlNtryInf>
      </Ntry>
      <Ntry>
        <Amt Ccy="EUR">50</Amt>
        <CdtDbtInd>CRDT</CdtDbtInd>
        <Sts>PDNG</Sts>
        <ValDt><Dt>2026-03-03</Dt></ValDt>
        <BkTxCd><Prtry><Cd>B05</Cd><Issr>CFONB</Issr></Prtry></BkTxCd>
        <AddtlNtryInf>VIREMENT EN COURS</AddtlNtryInf>
      </Ntry>
    </Stmt>
  </BkToCstmrStmt>
</Document>
""".encode()

# Version 8, prefixed tags, structured reference, parties one element deeper, instants in place of days.
FARMERS_BANK = f"""<?xml version="1.0" encoding="UTF-8"?>
<ns2:Document xmlns:ns2="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
  <ns2:BkToCstmrStmt>
    <ns2:GrpHdr>
      <ns2:MsgId>CAMT053-20260303</ns2:MsgId><ns2:CreDtTm>2026-03-03T04:12:00.000+01:00</ns2:CreDtTm>
    </ns2:GrpHdr>
    <ns2:Stmt>
      <ns2:Id>REL-0302</ns2:Id>
      <ns2:FrToDt>
        <ns2:FrDtTm>2026-03-02T00:00:00.000+01:00</ns2:FrDtTm>
        <ns2:ToDtTm>2026-03-02T23:59:59.999+01:00</ns2:ToDtTm>
      </ns2:FrToDt>
      <ns2:Acct><ns2:Id><ns2:IBAN>{OUR_IBAN}</ns2:IBAN></ns2:Id></ns2:Acct>
      <ns2:Bal>
        <ns2:Tp><ns2:CdOrPrtry><ns2:Cd>OPBD</ns2:Cd></ns2:CdOrPrtry></ns2:Tp>
        <ns2:Amt Ccy="EUR">20.00</ns2:Amt><ns2:CdtDbtInd>DBIT</ns2:CdtDbtInd>
        <ns2:Dt><ns2:DtTm>2026-03-02T00:00:00+01:00</ns2:DtTm></ns2:Dt>
      </ns2:Bal>
      <ns2:Bal>
        <ns2:Tp><ns2:CdOrPrtry><ns2:Cd>CLBD</ns2:Cd></ns2:CdOrPrtry></ns2:Tp>
        <ns2:Amt Ccy="EUR">30.00</ns2:Amt><ns2:CdtDbtInd>CRDT</ns2:CdtDbtInd>
        <ns2:Dt><ns2:Dt>2026-03-02</ns2:Dt></ns2:Dt>
      </ns2:Bal>
      <ns2:Ntry>
        <ns2:NtryRef>1</ns2:NtryRef>
        <ns2:Amt Ccy="EUR">100.00</ns2:Amt>
        <ns2:CdtDbtInd>CRDT</ns2:CdtDbtInd>
        <ns2:RvslInd>false</ns2:RvslInd>
        <ns2:Sts><ns2:Cd>BOOK</ns2:Cd></ns2:Sts>
        <ns2:BookgDt><ns2:Dt>2026-03-02</ns2:Dt></ns2:BookgDt>
        <ns2:ValDt><ns2:Dt>2026-03-02</ns2:Dt></ns2:ValDt>
        <ns2:BkTxCd>
          <ns2:Domn>
            <ns2:Cd>PMNT</ns2:Cd>
            <ns2:Fmly><ns2:Cd>RCDT</ns2:Cd><ns2:SubFmlyCd>ESCT</ns2:SubFmlyCd></ns2:Fmly>
          </ns2:Domn>
        </ns2:BkTxCd>
        <ns2:NtryDtls>
          <ns2:TxDtls>
            <ns2:Refs>
              <ns2:AcctSvcrRef>7T2K0001</ns2:AcctSvcrRef><ns2:EndToEndId>NOTPROVIDED</ns2:EndToEndId>
            </ns2:Refs>
            <ns2:Amt Ccy="EUR">100.00</ns2:Amt>
            <ns2:CdtDbtInd>CRDT</ns2:CdtDbtInd>
            <ns2:RltdPties>
              <ns2:Dbtr><ns2:Pty><ns2:Nm>M OU MME PETIT LUC</ns2:Nm></ns2:Pty></ns2:Dbtr>
              <ns2:DbtrAcct><ns2:Id><ns2:IBAN>{french_iban(8)}</ns2:IBAN></ns2:Id></ns2:DbtrAcct>
              <ns2:Cdtr><ns2:Pty><ns2:Nm>SAS MINE DE SOLEIL</ns2:Nm></ns2:Pty></ns2:Cdtr>
            </ns2:RltdPties>
            <ns2:RmtInf>
              <ns2:Strd>
                <ns2:CdtrRefInf>
                  <ns2:Tp><ns2:CdOrPrtry><ns2:Cd>SCOR</ns2:Cd></ns2:CdOrPrtry></ns2:Tp>
                  <ns2:Ref>{_REFERENCE}</ns2:Ref>
                </ns2:CdtrRefInf>
              </ns2:Strd>
            </ns2:RmtInf>
          </ns2:TxDtls>
        </ns2:NtryDtls>
      </ns2:Ntry>
      <ns2:Ntry>
        <ns2:Amt Ccy="EUR">50.00</ns2:Amt>
        <ns2:CdtDbtInd>DBIT</ns2:CdtDbtInd>
        <ns2:Sts><ns2:Cd>BOOK</ns2:Cd></ns2:Sts>
        <ns2:BookgDt><ns2:Dt>2026-03-02</ns2:Dt></ns2:BookgDt>
        <ns2:BkTxCd>
          <ns2:Domn>
            <ns2:Cd>PMNT</ns2:Cd>
            <ns2:Fmly><ns2:Cd>ICDT</ns2:Cd><ns2:SubFmlyCd>ESCT</ns2:SubFmlyCd></ns2:Fmly>
          </ns2:Domn>
        </ns2:BkTxCd>
        <ns2:NtryDtls>
          <ns2:TxDtls>
            <ns2:RltdPties>
              <ns2:Dbtr><ns2:Pty><ns2:Nm>SAS MINE DE SOLEIL</ns2:Nm></ns2:Pty></ns2:Dbtr>
              <ns2:Cdtr><ns2:Pty><ns2:Nm>MARTIN PAUL</ns2:Nm></ns2:Pty></ns2:Cdtr>
            </ns2:RltdPties>
            <ns2:RmtInf><ns2:Ustrd>REMBOURSEMENT</ns2:Ustrd></ns2:RmtInf>
          </ns2:TxDtls>
        </ns2:NtryDtls>
      </ns2:Ntry>
    </ns2:Stmt>
  </ns2:BkToCstmrStmt>
</ns2:Document>
""".encode()
