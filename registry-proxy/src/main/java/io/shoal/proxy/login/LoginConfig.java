package io.shoal.proxy.login;

import io.shoal.config.Key;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who may push and pull.
 *
 * @param users file with names and hashed passwords
 * @param push who of them may push
 * @param pull who else must log in to pull
 */
public record LoginConfig(
    @Key(
            doc =
                "File of users, one a line, NAME:HASH with a bcrypt hash, as htpasswd -B writes it;"
                    + " read again when it changes. Without it nobody has to log in. Passwords come"
                    + " over plain http unless something in front of this speaks TLS.")
        Optional<Path> users,
    @Key(doc = "Users who may push, and pull; * is everyone in the file.", defaultValue = "*")
        List<String> push,
    @Key(
            doc =
                "Users who may pull only; * is everyone in the file. If there are none, anybody may"
                    + " pull without a login.")
        List<String> pull) {

  /** Stands for every user of the file. */
  static final String EVERYONE = "*";

  public LoginConfig {
    push = List.copyOf(push);
    pull = List.copyOf(pull);
    if (users.isEmpty() && (!pull.isEmpty() || !push.equals(List.of(EVERYONE)))) {
      throw new IllegalArgumentException("push and pull name users of a file: set users, too");
    }
  }

  /** Whether this user may push. */
  boolean mayPush(String user) {
    return push.contains(EVERYONE) || push.contains(user);
  }

  /** Whether this user may pull; who may push may pull. */
  boolean mayPull(String user) {
    return anyoneMayPull() || pull.contains(EVERYONE) || pull.contains(user) || mayPush(user);
  }

  /** Whether pulls need no login. */
  boolean anyoneMayPull() {
    return pull.isEmpty();
  }
}
