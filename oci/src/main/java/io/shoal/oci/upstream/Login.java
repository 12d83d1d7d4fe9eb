package io.shoal.oci.upstream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import okhttp3.Credentials;

/**
 * A user name, and the file its password stands in. The file is read at each use, so that a secret
 * that is rotated on disk needs no restart, and nothing keeps it in memory.
 */
record Login(String username, Path passwordFile) {

  /** The Authorization header. */
  String basic() {
    try {
      return Credentials.basic(
          username,
          Files.readString(passwordFile).strip(),
          java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the password of " + username + " from " + passwordFile, e);
    }
  }
}
