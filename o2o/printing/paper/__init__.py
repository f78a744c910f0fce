"""The paper: stocks, where each label comes to lie, marks beside them, and printers that are off."""
