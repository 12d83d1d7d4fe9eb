package io.shoal.agent.runtime;

import io.shoal.config.Key;
import io.shoal.oci.upstream.Login;
import java.nio.file.Path;

/**
 * A login of this node that jobs may name.
 *
 * @param username at the registry
 * @param passwordFile read whenever it is needed
 */
public record LoginConfig(
    @Key(doc = "User name at the registry.") String username,
    @Key(doc = "File with the password or token; read whenever it is needed.") Path passwordFile) {

  /** The login, under the name by which jobs call it. */
  public NamedLogin named(String name) {
    return new NamedLogin(name, new Login(username, passwordFile));
  }
}
