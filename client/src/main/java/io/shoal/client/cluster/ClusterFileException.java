package io.shoal.client.cluster;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of the cluster folder that cannot be used. */
public final class ClusterFileException extends IOException {

  ClusterFileException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem + " (shoal cluster init makes a new cluster)", cause);
  }
}
