package io.shoal.agent;

import io.shoal.config.ConfigLoader;
import io.shoal.oci.testing.FakeUpstream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Agents that have neither tracker nor origin: everything comes straight from upstream. */
final class AgentFixture {

  private AgentFixture() {}

  /**
   * Starts one.
   *
   * @param names under which clients ask for the upstream; the first one is the default
   */
  static AgentServer start(Path store, FakeUpstream upstream, String... names) throws Exception {
    return start(store, upstream, Map.of(), names);
  }

  /** Starts one with further settings, in the names of environment variables. */
  static AgentServer start(
      Path store, FakeUpstream upstream, Map<String, String> more, String... names)
      throws Exception {
    String registries =
        Arrays.stream(names)
            .map(name -> "\"%s\": {url: \"%s\"}".formatted(name, upstream.uri()))
            .collect(Collectors.joining(",", "{", "}"));
    Map<String, String> settings = new HashMap<>(more);
    settings.putAll(
        Map.of(
            "SHOAL_AGENT_LISTEN", "127.0.0.1:0",
            "SHOAL_AGENT_PEER_LISTEN", "127.0.0.1:0",
            "SHOAL_AGENT_STORE_DIR", store.toString(),
            "SHOAL_AGENT_STORE_SHARE_OF_DISK", "0.9",
            "SHOAL_AGENT_STORE_KEEP_FREE", "0.01",
            "SHOAL_AGENT_UPSTREAMS_DEFAULT", names[0],
            "SHOAL_AGENT_UPSTREAMS_REGISTRIES", registries));
    return AgentServer.start(
        ConfigLoader.load(AgentConfig.class, AgentConfig.ENV_PREFIX, Optional.empty(), settings),
        true);
  }
}
