/** What a ZIP archive may unpack to. Sizes are of what really comes out, whatever the archive claims. */
export interface ArchiveLimits {
  maxEntries: number;
  maxEntryBytes: number;
  maxTotalBytes: number;
  /** Bytes that come out for one that goes in; counted for entries that unpack to more than a mebibyte. */
  maxRatio: number;
}
