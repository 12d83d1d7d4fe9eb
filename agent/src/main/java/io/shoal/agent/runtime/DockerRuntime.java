package io.shoal.agent.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.shoal.config.HostPort;
import io.shoal.core.reference.ImageReference;
import io.shoal.oci.upstream.Login;
import io.shoal.oci.upstream.UpstreamNames;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The Docker daemon, which pulls from this agent whatever mirrors it has: the image is pulled under
 * the agent's own address, with the registry's host in the path, gets its own name, and loses the
 * other one. Docker speaks plain HTTP to loopback addresses without being told.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image">Engine
 *     API</a>
 */
final class DockerRuntime implements NodeRuntime {

  private static final long LOOK_MILLIS = 200;
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  /** Between two signs of life: the daemon tells of its progress while it unpacks. */
  private static final Duration SILENCE_LIMIT = Duration.ofMinutes(10);

  private final Path socket;
  private final HostPort endpoint;
  private final UpstreamNames names;

  DockerRuntime(Path socket, HostPort endpoint, UpstreamNames names) {
    this.socket = socket;
    this.endpoint = endpoint;
    this.names = names;
  }

  @Override
  public void check(ImageReference image, Optional<String> platform) throws NodeRuntimeException {
    if (image.tag().isEmpty()) {
      throw new NodeRuntimeException(
          "docker keeps an image without a tag under the name it was pulled by, which is none of"
              + " the registry's: write "
              + image.registry()
              + "/"
              + image.repository()
              + ":TAG@"
              + image.manifestReference());
    }
    if (hasPort(image) && !UpstreamNames.normal(image.registry()).equals(names.defaultUpstream())) {
      throw new NodeRuntimeException(
          "docker cannot ask the agent for images of "
              + image.registry()
              + ": a host with a port cannot stand in a path, so it would have to be the agent's"
              + " upstreams.default");
    }
  }

  private static boolean hasPort(ImageReference image) {
    return image.registry().indexOf(':') >= 0;
  }

  /** What the image is called at the agent, without tag. */
  private String atAgent(ImageReference image) {
    String host = hasPort(image) ? "" : image.registry() + "/";
    return endpoint + "/" + host + image.repository();
  }

  @Override
  public void pull(RuntimePull pull) throws NodeRuntimeException, InterruptedException {
    ImageReference image = pull.image();
    String tag = image.tag().orElseThrow();
    String pulled = atAgent(image);
    try (DockerClient docker = connect()) {
      await(docker, pulled, pull);
      String which = image.digest().map(d -> pulled + "@" + d).orElse(pulled + ":" + tag);
      docker.tagImageCmd(which, image.registry() + "/" + image.repository(), tag).exec();
      docker.removeImageCmd(which).withNoPrune(true).exec();
    } catch (DockerException | DockerClientException e) {
      throw new NodeRuntimeException("docker: " + String.valueOf(e.getMessage()).strip(), e);
    } catch (IOException e) {
      throw new NodeRuntimeException("docker at " + socket + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      // So it is told that the daemon does not answer.
      throw new NodeRuntimeException("docker at " + socket + " does not answer: " + e, e);
    }
  }

  private void await(DockerClient docker, String name, RuntimePull pull)
      throws InterruptedException, NodeRuntimeException, IOException {
    PullImageCmd order = docker.pullImageCmd(name).withTag(pull.image().manifestReference());
    pull.platform().ifPresent(order::withPlatform);
    pull.login().ifPresent(named -> order.withAuthConfig(auth(named.login())));
    try (Progress progress = order.exec(new Progress())) {
      while (!progress.ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (pull.stopped().getAsBoolean()) {
          throw new NodeRuntimeException("stopped");
        }
      }
      // Comes back at once, and throws what went wrong.
      progress.awaitCompletion();
    }
  }

  /** Waiting for a time with the library's own method breaks the pull off when the time is up. */
  private static final class Progress extends PullImageResultCallback {

    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void onComplete() {
      super.onComplete();
      ended.countDown();
    }

    @Override
    public void onError(Throwable failure) {
      super.onError(failure);
      ended.countDown();
    }
  }

  private AuthConfig auth(Login login) {
    return new AuthConfig()
        .withRegistryAddress(endpoint.toString())
        .withUsername(login.username())
        .withPassword(login.password());
  }

  private DockerClient connect() {
    // Nothing of the agent's own environment: neither DOCKER_HOST nor a folder with logins.
    DefaultDockerClientConfig config =
        new DefaultDockerClientConfig.Builder()
            .withDockerHost("unix://" + socket)
            .withDockerTlsVerify(false)
            .build();
    return DockerClientImpl.getInstance(
        config,
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .connectionTimeout(CONNECT_LIMIT)
            .responseTimeout(SILENCE_LIMIT)
            .build());
  }
}
