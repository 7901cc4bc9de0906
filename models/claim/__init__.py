"""The claims e-ledger: from the dispatch of a repair to the last yuan of the insurer."""
