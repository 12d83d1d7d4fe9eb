package io.shoal.cli.layout;

import io.shoal.core.content.Digest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Puts a layout into one file, as {@code skopeo copy oci-archive:FILE ...} reads it. */
public final class LayoutArchive {

  private static final int BUFFER_BYTES = 1 << 20;

  private LayoutArchive() {}

  /** Writes the layout's own files and these blobs of it. */
  public static void write(Path layout, Collection<Digest> blobs, Path file) throws IOException {
    try (TarWriter tar =
        new TarWriter(new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES))) {
      add(tar, LayoutIndex.MARK, layout.resolve(LayoutIndex.MARK));
      add(tar, LayoutIndex.INDEX, layout.resolve(LayoutIndex.INDEX));
      tar.directory("blobs");
      Set<String> folders = new TreeSet<>();
      for (Digest blob : new TreeSet<>(blobs)) {
        String folder = "blobs/" + blob.algorithm().ociName();
        if (folders.add(folder)) {
          tar.directory(folder);
        }
        add(tar, folder + "/" + blob.hex(), OciLayout.blobFile(layout, blob));
      }
    }
  }

  private static void add(TarWriter tar, String name, Path file) throws IOException {
    tar.file(name, 0644, Files.size(file), out -> Files.copy(file, out));
  }
}
