"""What any page needs to show how a subscription is paid."""

from django import template

from shareholders.models import Subscription
from shareholders.services.paying import PayInstructions, pay_instructions

register = template.Library()


@register.simple_tag
def how_to_pay(subscription: Subscription) -> PayInstructions:
    """`{% how_to_pay subscription as pay %}`."""
    return pay_instructions(subscription)
