"""Acts of sale: contracts entered and changed, output shared, invoices issued, statements received."""
