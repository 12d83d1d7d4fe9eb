package io.shoal.client.agent;

import io.shoal.client.cluster.ClusterSecret;
import io.shoal.client.cluster.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What lets an operator manage the store of an agent: 32 random bytes in a file in the store's
 * folder that only its owner may read, new with every start. Whoever can read the file could as
 * well delete the store, so it opens nothing that was closed. Immutable; {@code toString} tells
 * nothing.
 */
public final class LocalKey {

  private static final String FILE = "admin.key";
  private static final String SCHEME = "Bearer ";
  private static final int BYTES = 32;

  private final String hex;

  private LocalKey(String hex) {
    this.hex = hex;
  }

  /** Makes a new key and writes it into the store's folder, in place of an older one. */
  public static LocalKey create(Path storeDir) throws IOException {
    byte[] value = new byte[BYTES];
    new SecureRandom().nextBytes(value);
    LocalKey key = new LocalKey(HexFormat.of().formatHex(value));
    PrivateFiles.write(file(storeDir), key.hex + "\n");
    return key;
  }

  /**
   * Reads the key of the agent that uses this store.
   *
   * @throws IOException if there is none, or this user may not read it
   */
  public static LocalKey read(Path storeDir) throws IOException {
    String hex = Files.readString(file(storeDir)).strip();
    if (!hex.matches("[0-9a-f]{" + 2 * BYTES + "}")) {
      throw new IOException(file(storeDir) + " holds no key");
    }
    return new LocalKey(hex);
  }

  /** Where the key of a store lies. */
  public static Path file(Path storeDir) {
    return storeDir.resolve(FILE);
  }

  /** The header that shows it. */
  String authorization() {
    return SCHEME + hex;
  }

  /**
   * Whether a request shows this key.
   *
   * @param authorization its header, null if there is none
   */
  public boolean isShownBy(@Nullable String authorization) {
    return authorization != null && ClusterSecret.matches(authorization(), authorization);
  }

  @Override
  public String toString() {
    return "LocalKey(...)";
  }
}
