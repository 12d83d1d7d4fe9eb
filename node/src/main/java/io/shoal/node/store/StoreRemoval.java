package io.shoal.node.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Takes a store away, for a node that is to look as it did before. */
public final class StoreRemoval {

  private static final List<String> PARTS = List.of("blobs", "partial", "db", "ballast", "lock");

  private StoreRemoval() {}

  /**
   * Deletes the store in this folder, and nothing else that is in it; the folder stays.
   *
   * @throws IOException if a process uses the store, or something cannot be deleted
   */
  public static void remove(Path dir) throws IOException {
    if (!Files.exists(dir.resolve("lock"))) {
      return;
    }
    try (StoreFolder _ = StoreFolder.open(dir)) {
      for (String part : PARTS) {
        delete(dir.resolve(part));
      }
    }
  }

  private static void delete(Path part) throws IOException {
    if (Files.exists(part)) {
      try (Stream<Path> all = Files.walk(part)) {
        for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(one);
        }
      }
    }
  }
}
