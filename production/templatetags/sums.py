"""What stands beside every sum of energy: the days it lacks."""

from django import template

from production import wording
from production.judgement import Result

register = template.Library()


@register.filter
def incomplete_sum(result: Result) -> str:
    """Days of one roof that aren't read in full; empty when all are."""
    return wording.incomplete_sum(result)


@register.filter
def incomplete_sum_of_roofs(result: Result) -> str:
    """The same beside a sum over several roofs."""
    return wording.incomplete_sum_of_roofs(result)
