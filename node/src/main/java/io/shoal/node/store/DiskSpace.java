package io.shoal.node.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file system a store lies on. */
interface DiskSpace {

  long totalBytes() throws IOException;

  long usableBytes() throws IOException;

  static DiskSpace of(Path dir) throws IOException {
    FileStore fileStore = Files.getFileStore(dir);
    return new DiskSpace() {
      @Override
      public long totalBytes() throws IOException {
        return fileStore.getTotalSpace();
      }

      @Override
      public long usableBytes() throws IOException {
        return fileStore.getUsableSpace();
      }
    };
  }
}
