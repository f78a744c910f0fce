"""What is in the chain: stores, people, products, places, campaigns, what each store carries, and since when."""
