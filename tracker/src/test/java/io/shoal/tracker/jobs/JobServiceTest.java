package io.shoal.tracker.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.client.prewarm.JobRequest;
import io.shoal.client.prewarm.JobState;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobServiceTest {

  private static final List<FleetNode> FLEET = List.of(new FleetNode("n1", Map.of()));

  private final MemoryStore store = new MemoryStore();
  private final JobService jobs = service();

  private JobService service() {
    try {
      return new JobService(store, InstantSource.system());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() {
    jobs.close();
  }

  @Test
  void whatAnOperatorWasAnsweredIsOnTheDisk() throws Exception {
    String id = create();
    assertThat(store.states).containsEntry(id, JobState.RUNNING);

    jobs.cancel(id);
    assertThat(store.states).containsEntry(id, JobState.CANCELLED);

    jobs.retry(id);
    assertThat(store.states).containsEntry(id, JobState.RUNNING);
  }

  @Test
  void anOrderThatTheDiskDoesNotTakeIsRefused() {
    store.full = true;

    assertThatThrownBy(this::create).isInstanceOf(JobException.class).hasMessageContaining("disk");
    assertThat(jobs.list().jobs()).isEmpty();
  }

  private String create() throws JobException {
    return jobs.create(JobRequest.of(List.of("alpine")), Optional.empty(), FLEET).id();
  }

  private static final class MemoryStore implements JobStore {

    private final Map<String, JobState> states = new ConcurrentHashMap<>();
    private volatile boolean full;

    @Override
    public List<Saved> load() {
      return List.of();
    }

    @Override
    public void save(List<Saved> jobs, List<String> forgotten) throws IOException {
      if (full) {
        throw new IOException("no space left");
      }
      jobs.forEach(saved -> states.put(saved.job().id(), saved.job().state()));
      forgotten.forEach(states::remove);
    }

    @Override
    public void close() {}
  }
}
