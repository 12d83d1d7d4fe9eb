package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.e2e.lab.Await;
import io.shoal.e2e.lab.ContainerSite;
import io.shoal.e2e.lab.ContainerSite.Loss;
import io.shoal.e2e.lab.ContainerSite.Role;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.ShoalContainer;
import io.shoal.e2e.lab.TestImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cluster of containers, each a node of its own, loses one of them: no pull fails. */
@EndToEnd
class ContainersIT {

  private static final long LAYER_BYTES = 24_000_000;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @ParameterizedTest
  @CsvSource({
    "TRACKER, KILLED",
    "TRACKER, CUT_OFF",
    "ORIGIN, KILLED",
    "ORIGIN, CUT_OFF",
    "AGENT, KILLED",
    "AGENT, CUT_OFF"
  })
  void everyAgentPullsWhileOneMemberIsLost(Role role, Loss loss, Lab lab) {
    ContainerSite site = lab.containerSite();
    String name = "shoal-" + role + "-" + loss;
    TestImage image = lab.randomImage(name.toLowerCase(Locale.ROOT).replace('_', '-'), LAYER_BYTES);
    Map<ShoalContainer, CompletableFuture<Void>> pulls = new HashMap<>();
    site.agents().forEach(agent -> pulls.put(agent, agent.startPull(image)));
    Await.until(
        "all agents to be in the middle of it",
        LIMIT,
        () -> site.agents().stream().allMatch(agent -> agent.isFetching(image.largestLayer())));
    site.lose(role, loss);
    try {
      if (role == Role.AGENT && loss == Loss.KILLED) {
        CompletableFuture<Void> lost = pulls.remove(site.agents().getLast());
        assertThat(lost).failsWithin(LIMIT);
      }
      pulls.forEach((agent, pull) -> assertThat(pull).as(agent.name()).succeedsWithin(LIMIT));
    } finally {
      site.bringBack(role);
    }
    if (role == Role.AGENT) {
      site.agents().getLast().pull(image);
    }
  }

  @ParameterizedTest
  @CsvSource({"KILLED", "CUT_OFF"})
  void everyAgentPullsWhatTheClusterHasWhileTheRegistryIsLost(Loss loss, Lab lab) {
    ContainerSite site = lab.containerSite();
    TestImage image = lab.randomImage("shoal-registry-" + loss.ordinal(), LAYER_BYTES);
    site.agent(1).pull(image);
    site.lose(Role.REGISTRY, loss);
    try {
      List<CompletableFuture<Void>> pulls = new ArrayList<>();
      site.agents().forEach(agent -> pulls.add(agent.startPull(image)));
      pulls.forEach(pull -> assertThat(pull).succeedsWithin(LIMIT));
    } finally {
      site.bringBack(Role.REGISTRY);
    }
  }
}
