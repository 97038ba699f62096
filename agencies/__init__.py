"""Who regulates: agencies, accounts, people, matters."""
