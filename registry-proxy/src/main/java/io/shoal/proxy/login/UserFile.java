package io.shoal.proxy.login;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of users. When it changes it is read again; a broken one is reported, and what stood
 * there before goes on to count. Thread-safe.
 */
final class UserFile {

  private static final Logger log = LoggerFactory.getLogger(UserFile.class);

  private static final int MAX_BYTES = 1 << 20;

  /** A dearer hash than this would let a few logins fill the processors. */
  private static final int MAX_COST = 14;

  private static final Pattern LINE =
      Pattern.compile("([^:\\s]{1,256}):(\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53})");

  private record Version(FileTime changed, long bytes) {}

  private final Path file;

  // Guarded by this.
  private Version version;
  private Map<String, String> hashes;

  /**
   * Reads the file.
   *
   * @throws IOException if it cannot be read, or says what is wrong with it
   */
  UserFile(Path file) throws IOException {
    this.file = file;
    this.version = version(file);
    this.hashes = read(file);
  }

  private static Version version(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new Version(attributes.lastModifiedTime(), attributes.size());
  }

  private static Map<String, String> read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
    }
    Map<String, String> users = new HashMap<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Matcher user = LINE.matcher(line);
      // What is wrong may be a password, so it is not shown.
      if (!user.matches() || Integer.parseInt(user.group(3)) > MAX_COST) {
        throw new IOException(
            file
                + ", line "
                + (i + 1)
                + ": must be NAME:HASH with a bcrypt hash of a cost of at most "
                + MAX_COST
                + " (htpasswd -B -C 10)");
      }
      if (users.put(user.group(1), user.group(2)) != null) {
        throw new IOException(file + ", line " + (i + 1) + ": this user is there already");
      }
    }
    return users;
  }

  /** The user's hash; empty if there is no such user. */
  synchronized Optional<String> hash(String user) {
    try {
      Version now = version(file);
      if (!now.equals(version)) {
        version = now;
        hashes = read(file);
        log.info("{} is read again: {} users", file, hashes.size());
      }
    } catch (IOException e) {
      log.warn("The users stay as they were: {}", e.toString());
    }
    return Optional.ofNullable(hashes.get(user));
  }
}
