package io.shoal.oci.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import okhttp3.Credentials;

/**
 * A user name, and the file its password stands in. The file is read at each use, so that a secret
 * that is rotated on disk needs no restart, and nothing keeps it in memory.
 *
 * @param username the user's name at the registry
 * @param passwordFile where the password, or a token, stands
 */
public record Login(String username, Path passwordFile) {

  /**
   * The Authorization header.
   *
   * @throws UncheckedIOException if the file cannot be read
   */
  public String basic() {
    return Credentials.basic(username, password(), UTF_8);
  }

  /**
   * What the file says.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  public String password() {
    try {
      return Files.readString(passwordFile).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the password of " + username + " from " + passwordFile, e);
    }
  }
}
