"""Every sentence that people read, in their language: alerts, digests, notices, amounts, times. Pure: no I/O."""
