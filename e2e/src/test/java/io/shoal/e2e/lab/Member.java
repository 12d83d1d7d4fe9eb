package io.shoal.e2e.lab;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ContainerNetwork;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/**
 * A container on one or two networks, that can be cut off from them, killed, and brought back under
 * the same addresses.
 */
public class Member extends GenericContainer<Member> {

  /**
   * A place in a network.
   *
   * @param alias the name that others on it find it by
   * @param address an address of the network
   */
  record Place(Network network, String alias, String address) {
    private ContainerNetwork endpoint() {
      return new ContainerNetwork()
          .withAliases(alias)
          .withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(address));
    }
  }

  /** Everything of these tests has it, and is removed by it. */
  static final String LABEL = "io.shoal.e2e";

  private final String name;
  private final List<Place> places;

  /** A container on the first of these networks when it is made, and on all when it starts. */
  Member(Future<String> image, String name, List<Place> places) {
    super(image);
    this.name = name;
    this.places = places;
    withLabel(LABEL, name);
    withNetwork(places.getFirst().network());
    withNetworkAliases(places.getFirst().alias());
    withCreateContainerCmdModifier(create -> create.withIpv4Address(places.getFirst().address()));
  }

  @Override
  protected void containerIsCreated(String containerId) {
    places.stream().skip(1).forEach(place -> connect(containerId, place));
  }

  private static void connect(String containerId, Place place) {
    docker()
        .connectToNetworkCmd()
        .withContainerId(containerId)
        .withNetworkId(place.network().getId())
        .withContainerNetwork(place.endpoint())
        .exec();
  }

  /** What it is called in logs and messages. */
  public String name() {
    return name;
  }

  /** Takes it off one network: nobody there hears of it. */
  void cutOff(Network network) {
    docker()
        .disconnectFromNetworkCmd()
        .withContainerId(getContainerId())
        .withNetworkId(network.getId())
        .exec();
  }

  /** Ends it without notice ({@code docker kill}). */
  void kill() {
    docker().killContainerCmd(getContainerId()).exec();
  }

  /** Starts it if it was killed, and puts it back on the networks that it was cut off from. */
  void bringBack() {
    var now = docker().inspectContainerCmd(getContainerId()).exec();
    Map<String, ContainerNetwork> networks =
        new LinkedHashMap<>(now.getNetworkSettings().getNetworks());
    List<String> connected =
        networks.values().stream().map(ContainerNetwork::getNetworkID).toList();
    places.stream()
        .filter(place -> !connected.contains(place.network().getId()))
        .forEach(place -> connect(getContainerId(), place));
    if (!Boolean.TRUE.equals(now.getState().getRunning())) {
      docker().startContainerCmd(getContainerId()).exec();
    }
  }

  /** The id of its process on this machine. */
  public long pid() {
    return docker().inspectContainerCmd(getContainerId()).exec().getState().getPidLong();
  }

  /** What Docker's own check says: starting, healthy or unhealthy. */
  public String health() {
    return docker().inspectContainerCmd(getContainerId()).exec().getState().getHealth().getStatus();
  }

  static DockerClient docker() {
    return DockerClientFactory.instance().client();
  }
}
