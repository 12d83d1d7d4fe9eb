package io.shoal.node.store;

import java.util.Locale;

/** The column families of a store's RocksDB. Keys start with a digest unless it says otherwise. */
enum Table {
  /** About the store as a whole; keys are names. RocksDB insists on this family. */
  DEFAULT,
  BLOBS,
  PARTIALS,
  /** Batches of signed states of partial blobs, behind the digest a part of the signature. */
  STATES,
  METAINFO,
  /** Keys are upstream, repository, tag. */
  TAGS,
  PINS;

  String family() {
    return name().toLowerCase(Locale.ROOT);
  }
}
