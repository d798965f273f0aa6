"""What was received and repaid: bills of wallets, banks, card issuers and shops."""
