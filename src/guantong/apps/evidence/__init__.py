"""Evidence by reference: which records that exist anyway show that something was done."""
