package io.shoal.origin.push;

import io.shoal.config.Key;
import io.shoal.oci.upstream.Login;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A registry that takes pushes.
 *
 * @param mode where they go
 * @param username login for writing
 * @param passwordFile file with its password or token
 */
public record PushTarget(
    @Key(
            doc =
                "standalone: the registry has no upstream; this origin is all there is of it, so"
                    + " its disk needs backups. through: a push is answered when the registry has"
                    + " it. back: when it is on this origin's disk; it goes to the registry as soon"
                    + " as that takes it, and until then this disk is all there is of it.")
        PushMode mode,
    @Key(
            doc =
                "Login for writing at the registry. Nothing is read with it. Without one: the login"
                    + " of upstreams.registries, if it has one, else nobody's.")
        Optional<String> username,
    @Key(doc = "File with the login's password or token; read whenever a login is needed.")
        Optional<Path> passwordFile) {

  public PushTarget {
    if (username.isPresent() != passwordFile.isPresent()) {
      throw new IllegalArgumentException("username and passwordFile belong together: set both");
    }
    if (username.isPresent() && mode == PushMode.STANDALONE) {
      throw new IllegalArgumentException(
          "a login has no use with mode standalone: there is no other registry");
    }
  }

  /** Who writes, if it is somebody in particular. */
  public Optional<Login> login() {
    return username.flatMap(user -> passwordFile.map(file -> new Login(user, file)));
  }
}
