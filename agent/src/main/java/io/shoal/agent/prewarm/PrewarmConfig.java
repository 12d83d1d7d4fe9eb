package io.shoal.agent.prewarm;

import io.shoal.agent.runtime.RuntimeAccess;
import io.shoal.config.Key;
import io.shoal.oci.upstream.Login;
import java.nio.file.Path;
import java.util.Map;

/**
 * What pre-warm jobs may do on this node.
 *
 * @param runtimeAccess which runtimes they may fill
 * @param credentials logins that jobs may name
 */
public record PrewarmConfig(
    @Key(doc = "Which runtimes of this node pre-warm jobs may fill.") RuntimeAccess runtimeAccess,
    @Key(
            doc =
                "Logins by name, which jobs may name (--credentials) to read private images of"
                    + " registries in mode relay.")
        Map<String, LoginConfig> credentials) {

  public PrewarmConfig {
    credentials = Map.copyOf(credentials);
  }

  /**
   * One login.
   *
   * @param username at the registry
   * @param passwordFile read whenever it is needed
   */
  public record LoginConfig(
      @Key(doc = "User name at the registry.") String username,
      @Key(doc = "File with the password or token; read whenever it is needed.")
          Path passwordFile) {

    Login login() {
      return new Login(username, passwordFile);
    }
  }
}
