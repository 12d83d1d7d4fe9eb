package io.shoal.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.agent.AgentConfig;
import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.cli.node.RuntimeState;
import io.shoal.cli.options.AgentOptions;
import io.shoal.cli.pull.BlobTarget;
import io.shoal.cli.pull.ImagePull;
import io.shoal.cli.pull.PullException;
import io.shoal.cli.pull.PullOutcome;
import io.shoal.cli.pull.SourceWords;
import io.shoal.config.HostPort;
import io.shoal.core.reference.ImageReference;
import io.shoal.core.reference.Platform;
import io.shoal.core.units.ByteSize;
import io.shoal.oci.upstream.UpstreamConfig;
import io.shoal.oci.upstream.UpstreamRoute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every check on one node, in the order in which a failure of one explains those after it. */
final class Examination {

  private static final Duration MOST_SKEW = Duration.ofSeconds(30);
  private static final int CONNECT_MILLIS = 2_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AgentConfig config;
  private final HttpProbe open;
  private final HttpProbe members;
  private final Path root;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, Duration> clocks = new LinkedHashMap<>();

  /**
   * @param open asks the agent and central registries
   * @param members asks trackers and origins
   */
  Examination(AgentConfig config, HttpProbe open, HttpProbe members, Path root) {
    this.config = config;
    this.open = open;
    this.members = members;
    this.root = root;
  }

  /** Looks at everything. */
  List<Finding> run(List<String> runtimes, Optional<ImageReference> image)
      throws InterruptedException {
    disk();
    boolean serves = agent();
    peerPort(serves);
    tracker(serves);
    origins();
    clock();
    upstream(image.map(ImageReference::registry).orElse(config.upstreams().fallback()));
    runtimes.forEach(this::runtime);
    testPull(serves, image);
    return List.copyOf(findings);
  }

  private void disk() {
    Path dir = config.store().dir();
    try {
      Path at = dir;
      for (Path up = at.getParent(); up != null && !Files.exists(at); up = at.getParent()) {
        at = up;
      }
      long total = Files.getFileStore(at).getTotalSpace();
      long free = Files.getFileStore(at).getUsableSpace();
      String room = "%s of %s free".formatted(ByteSize.format(free), ByteSize.format(total));
      if (free < config.store().keepFree() * total) {
        findings.add(
            Finding.failed(
                "disk",
                room + " where " + dir + " is, less than store.keepFree",
                "make room, or put store.dir on another file system; meanwhile nothing is kept"));
      } else {
        findings.add(Finding.ok("disk", room));
      }
    } catch (IOException e) {
      findings.add(
          Finding.failed("disk", Causes.text(e), "make " + dir + " readable, or run as root"));
    }
  }

  private boolean agent() {
    URI agent = agentUri();
    try {
      HttpProbe.Reply reply = open.get(agent, "/health/ready");
      if (reply.status() == 200) {
        findings.add(Finding.ok("agent", "serves at " + agent));
        return true;
      }
      findings.add(
          Finding.failed(
              "agent",
              agent + " answers " + reply.status() + ": " + reply.body().strip(),
              "see which program listens there; is it an agent that is ending?"));
    } catch (IOException e) {
      findings.add(
          Finding.failed(
              "agent",
              "no answer at " + agent + ": " + Causes.text(e),
              "start it: systemctl start shoal-agent, or shoal agent --config FILE"));
    }
    return false;
  }

  private URI agentUri() {
    return AgentOptions.uri(config);
  }

  private void peerPort(boolean serves) {
    HostPort peer = AgentOptions.local(config.peer().listen());
    if (!serves) {
      findings.add(Finding.skipped("peer port", "the agent does not serve"));
      return;
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(peer.host(), peer.port()), CONNECT_MILLIS);
      findings.add(Finding.ok("peer port", peer + " takes links"));
    } catch (IOException e) {
      findings.add(
          Finding.failed(
              "peer port",
              "nothing listens at " + peer + ": " + Causes.text(e),
              "is this the configuration that the agent was started with? check peer.listen"));
    }
  }

  private void tracker(boolean serves) {
    if (config.tracker().isEmpty()) {
      findings.add(
          Finding.failed("tracker", "none is configured", "set tracker: https://HOST:4620"));
      return;
    }
    URI tracker = config.tracker().get();
    if (!member("tracker", tracker, "peers are not found without it") || !serves) {
      return;
    }
    if (!stats().path("trackerConnected").asBoolean()) {
      findings.add(
          Finding.failed(
              "tracker",
              tracker + " answers here, but the agent has no stream to it",
              "see the agent's log; does it use this configuration and cluster file?"));
    }
  }

  private void origins() {
    if (config.origins().isEmpty()) {
      findings.add(
          Finding.skipped("origin", "none is configured: the agent reads from upstream itself"));
    }
    for (URI origin : config.origins()) {
      member("origin", origin, "this node reads from upstream itself if no origin answers");
    }
  }

  private boolean member(String role, URI url, String consequence) {
    try {
      HttpProbe.Reply reply = members.get(url, "/health/ready");
      reply.ahead().ifPresent(ahead -> clocks.put(role + " " + url.getHost(), ahead));
      if (reply.status() == 200) {
        findings.add(Finding.ok(role, url + " serves"));
        return true;
      }
      findings.add(
          Finding.failed(role, url + " answers " + reply.status(), "see the log of the " + role));
    } catch (IOException | IllegalArgumentException e) {
      findings.add(
          Finding.failed(
              role,
              "no answer from " + url + ": " + Causes.text(e),
              "is it running, is the port open on the way, and is cluster.yml of the same cluster? "
                  + consequence));
    }
    return false;
  }

  private void clock() {
    if (clocks.isEmpty()) {
      findings.add(Finding.skipped("clock", "nobody to compare it with"));
      return;
    }
    for (Map.Entry<String, Duration> other : clocks.entrySet()) {
      if (other.getValue().abs().compareTo(MOST_SKEW) > 0) {
        findings.add(
            Finding.failed(
                "clock",
                "%d s away from that of the %s"
                    .formatted(other.getValue().abs().toSeconds(), other.getKey()),
                "let both keep time by NTP: timedatectl set-ntp true"));
        return;
      }
    }
    findings.add(Finding.ok("clock", "agrees with " + String.join(", ", clocks.keySet())));
  }

  private void upstream(String registry) {
    UpstreamRoute route = config.upstreams().route(registry);
    HttpProbe way;
    try {
      way = open.through(route);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      findings.add(
          Finding.failed(
              "upstream",
              "no certificates for " + registry + ": " + Causes.text(e),
              "name a readable file in PEM with upstreams.registries." + registry + ".ca"));
      return;
    }
    String at = registry + " answers at " + route.base();
    String by = route.settings().proxy().map(proxy -> " through the proxy " + proxy).orElse("");
    try {
      int status = way.get(route.base(), "/v2/").status();
      if (status < 500) {
        findings.add(Finding.ok("upstream", at + by));
        login(registry, route.settings());
        return;
      }
      findings.add(
          Finding.failed(
              "upstream", route.base() + " answers " + status + by, "wait, or ask who runs it"));
    } catch (IOException e) {
      findings.add(
          Finding.failed(
              "upstream",
              registry + " cannot be reached from this node" + by + ": " + Causes.text(e),
              "open the way to "
                  + route.base()
                  + by
                  + "; until then this node depends on the origins"));
    }
  }

  private void login(String registry, UpstreamConfig settings) {
    if (settings.passwordFile().isEmpty()) {
      return;
    }
    Path file = settings.passwordFile().get();
    try {
      if (Files.readString(file).isBlank()) {
        throw new IOException(file + " is empty");
      }
      findings.add(Finding.ok("login", "the password for " + registry + " can be read"));
    } catch (IOException e) {
      findings.add(
          Finding.failed(
              "login",
              "no password for " + registry + ": " + Causes.text(e),
              "put it into " + file + ", readable for the agent"));
    }
  }

  private void runtime(String runtime) {
    String fix = "shoal node setup --runtime " + runtime + " --mirror " + agentUri();
    try {
      List<String> problems = RuntimeState.problems(runtime, root, agentUri());
      findings.add(
          problems.isEmpty()
              ? Finding.ok(runtime, "asks " + agentUri() + " first")
              : Finding.failed(runtime, String.join("; ", problems), fix));
    } catch (UserError e) {
      findings.add(
          Finding.failed(runtime, String.valueOf(e.getMessage()), "mend that, then: " + fix));
    }
  }

  private void testPull(boolean serves, Optional<ImageReference> image)
      throws InterruptedException {
    if (image.isEmpty()) {
      findings.add(Finding.skipped("test pull", "name an image with --image"));
      return;
    }
    if (!serves) {
      findings.add(Finding.skipped("test pull", "the agent does not serve"));
      return;
    }
    JsonNode before = stats();
    ImageReference reference = image.get();
    try {
      PullOutcome outcome =
          new ImagePull(
                  agentUri(),
                  reference.registry() + "/" + reference.repository(),
                  reference.manifestReference(),
                  Platform.own(),
                  BlobTarget.NOWHERE)
              .run();
      findings.add(Finding.ok("test pull", SourceWords.of(outcome, before, stats())));
    } catch (PullException e) {
      findings.add(
          Finding.failed(
              "test pull",
              Causes.text(e),
              "is "
                  + reference.registry()
                  + " in upstreams.allow, and may anybody read the image?"));
    }
  }

  private JsonNode stats() {
    try {
      return JSON.readTree(open.get(agentUri(), "/shoal/v1/stats").body());
    } catch (IOException gone) {
      return JSON.createObjectNode();
    }
  }
}
