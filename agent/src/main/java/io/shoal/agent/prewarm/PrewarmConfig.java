package io.shoal.agent.prewarm;

import io.shoal.agent.runtime.LoginConfig;
import io.shoal.agent.runtime.RuntimeAccess;
import io.shoal.config.Key;
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
}
