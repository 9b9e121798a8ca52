"""API of cooperatives, their capital and register, funding rounds, subscriptions, money and papers."""
