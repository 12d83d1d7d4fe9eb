package io.shoal.e2e.lab;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerResponse;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.PushResponseItem;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A real dockerd with its own data, state and socket, and one registry mirror. It has no bridge and
 * leaves the firewall alone, so several of them live beside each other and beside the machine's.
 */
public final class DockerDaemon implements AutoCloseable {

  private final Program program;
  private final DockerClient client;
  private final String address;
  private final Path root;

  private DockerDaemon(Program program, DockerClient client, String address, Path root) {
    this.program = program;
    this.client = client;
    this.address = address;
    this.root = root;
  }

  /** Where the daemon of this name listens. */
  static Path socket(Workspace workspace, String name) {
    return workspace.folder(name).resolve("host/run/docker.sock");
  }

  static DockerDaemon start(Workspace workspace, String name, URI mirror) {
    return start(workspace, name, ClientsGuide.examples("Docker, graph driver", mirror).getFirst());
  }

  static DockerDaemon start(Workspace workspace, String name, String configuration) {
    return start(workspace, name, configuration, List.of());
  }

  /**
   * One in a network of its own, in which it may make as many as it likes: nothing of them is seen
   * outside, and they are gone with the last process in them.
   */
  static DockerDaemon startInOwnNetwork(Workspace workspace, String name) {
    String up = Prerequisites.program("ip") + " link set lo up && exec \"$@\"";
    return start(
        workspace,
        name,
        "{}",
        List.of(Prerequisites.program("unshare").toString(), "--net", "--", "sh", "-c", up, name));
  }

  /** Its configuration, pid file and socket are where they always are, below a root of its own. */
  private static DockerDaemon start(
      Workspace workspace, String name, String configuration, List<String> wrapper) {
    Path folder = workspace.folder(name);
    Path root = folder.resolve("host");
    String socket = "unix://" + socket(workspace, name);
    Path daemonJson = root.resolve("etc/docker/daemon.json");
    try {
      Files.createDirectories(daemonJson.getParent());
      Files.createDirectories(root.resolve("run"));
      Files.writeString(daemonJson, configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(
        List.of(
            Prerequisites.program("dockerd").toString(),
            "--data-root=" + folder.resolve("data"),
            "--exec-root=" + folder.resolve("exec"),
            "--pidfile=" + root.resolve("run/docker.pid"),
            "--config-file=" + daemonJson,
            "--host=" + socket,
            "--bridge=none",
            "--iptables=false",
            "--ip6tables=false"));
    Program program = Program.start(name, workspace.log(name), Workspace.loopbackOnly(), command);
    DefaultDockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(socket)
            .withDockerTlsVerify(false)
            .build();
    DockerClient client =
        DockerClientImpl.getInstance(
            config,
            new ZerodepDockerHttpClient.Builder().dockerHost(config.getDockerHost()).build());
    DockerDaemon daemon = new DockerDaemon(program, client, socket, root);
    program.awaitReady(Duration.ofSeconds(30), daemon::answers);
    return daemon;
  }

  private boolean answers() {
    client.pingCmd().exec();
    return true;
  }

  /** Where it listens, as {@code docker --host} wants it. */
  String address() {
    return address;
  }

  /** The root of the file system that its configuration is in. */
  public Path root() {
    return root;
  }

  /** The mirrors that {@code docker info} shows. */
  public List<String> mirrors() {
    return client.infoCmd().exec().getRegistryConfig().getMirrors() instanceof List<?> mirrors
        ? mirrors.stream().map(String::valueOf).toList()
        : List.of();
  }

  public String name() {
    return program.name();
  }

  /**
   * How a pull went.
   *
   * @param messages what the daemon said about it, without the progress of single layers
   */
  public record Pull(Duration took, List<String> messages) {}

  /** Pulls, and returns when the image is there. */
  public Pull pull(TestImage image, Duration limit) {
    return pull(image.dockerName(), limit);
  }

  /**
   * The same for what a user types.
   *
   * @throws com.github.dockerjava.api.exception.DockerClientException with the daemon's reason
   */
  public Pull pull(String image, Duration limit) {
    Progress progress = new Progress();
    long began = System.nanoTime();
    client.pullImageCmd(image).exec(progress);
    try {
      if (!progress.awaitCompletion(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        progress.close();
        throw new AssertionError(
            name() + " has not pulled " + image + " within " + limit + ": " + progress.messages);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while " + name() + " was pulling", e);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return new Pull(Duration.ofNanos(System.nanoTime() - began), List.copyOf(progress.messages));
  }

  /** Pulls on a thread of its own. */
  public CompletableFuture<Pull> startPull(TestImage image, Duration limit) {
    CompletableFuture<Pull> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .name(name() + " pull")
        .start(() -> {
          try {
            result.complete(pull(image, limit));
          } catch (RuntimeException | AssertionError e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /** The end of its log: it keeps to itself what its mirror did, if the registry fails as well. */
  public String log() {
    return program.tail();
  }

  /** Removes an image, by a name that it has. */
  public void remove(String image) {
    client.removeImageCmd(image).withForce(true).exec();
  }

  /**
   * Pulls with the login of {@code docker login}.
   *
   * @throws com.github.dockerjava.api.exception.DockerClientException with the daemon's reason
   */
  public void pullAs(AuthConfig login, String image, Duration limit) {
    Progress progress = new Progress();
    await("pull " + image, client.pullImageCmd(image).withAuthConfig(login).exec(progress), limit);
  }

  /**
   * Pushes what it has under this name, with the login of {@code docker login}.
   *
   * @return the daemon's reason why it did not, empty if it did
   */
  public Optional<String> pushAs(AuthConfig login, String image, Duration limit) {
    ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
    ResultCallback.Adapter<PushResponseItem> progress =
        new ResultCallback.Adapter<>() {
          @Override
          public void onNext(PushResponseItem item) {
            if (item.isErrorIndicated()) {
              errors.add(String.valueOf(item.getErrorDetail().getMessage()));
            }
          }
        };
    await("push " + image, client.pushImageCmd(image).withAuthConfig(login).exec(progress), limit);
    return errors.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", errors));
  }

  private void await(String what, ResultCallback.Adapter<?> progress, Duration limit) {
    try {
      if (!progress.awaitCompletion(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(name() + " did not " + what + " within " + limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted in " + what, e);
    }
  }

  /** Gives an image that it has another name. */
  public void tag(String image, String repository, String tag) {
    client.tagImageCmd(image, repository, tag).exec();
  }

  /** Runs the image's own command in a container and returns what it printed. */
  public String run(TestImage image) {
    CreateContainerResponse container =
        client
            .createContainerCmd(image.dockerName())
            .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
            .exec();
    try {
      client.startContainerCmd(container.getId()).exec();
      int status =
          client
              .waitContainerCmd(container.getId())
              .exec(new WaitContainerResultCallback())
              .awaitStatusCode(30, TimeUnit.SECONDS);
      String output = logs(container.getId());
      if (status != 0) {
        throw new AssertionError("the container ended with status " + status + ": " + output);
      }
      return output;
    } finally {
      client.removeContainerCmd(container.getId()).withForce(true).exec();
    }
  }

  /** Under which names it has the image. */
  public List<String> names(TestImage image) {
    return List.copyOf(client.inspectImageCmd(image.dockerName()).exec().getRepoTags());
  }

  private String logs(String container) {
    StringBuffer text = new StringBuffer();
    ResultCallback.Adapter<Frame> collect =
        new ResultCallback.Adapter<>() {
          @Override
          public void onNext(Frame frame) {
            text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
          }
        };
    try {
      client
          .logContainerCmd(container)
          .withStdOut(true)
          .withStdErr(true)
          .exec(collect)
          .awaitCompletion(30, TimeUnit.SECONDS);
      return text.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while reading a container's output", e);
    }
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      program.close();
    }
  }

  /** Keeps what the daemon says beside its progress: that is where it tells of retries. */
  private static final class Progress extends PullImageResultCallback {
    private final ConcurrentLinkedQueue<String> messages = new ConcurrentLinkedQueue<>();

    @Override
    public void onNext(PullResponseItem item) {
      super.onNext(item);
      if (item.getStatus() != null && item.getProgressDetail() == null) {
        messages.add(
            item.getId() == null ? item.getStatus() : item.getId() + ": " + item.getStatus());
      }
      if (item.getStatus() != null && item.getStatus().startsWith("Retrying")) {
        messages.add(item.getId() + ": " + item.getStatus());
      }
    }
  }
}
