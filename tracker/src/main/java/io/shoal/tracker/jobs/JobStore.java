package io.shoal.tracker.jobs;

import io.shoal.client.prewarm.NodeView;
import java.io.IOException;
import java.util.List;

/** Where jobs outlive the process. Not called by two threads at once. */
public interface JobStore extends AutoCloseable {

  /**
   * A job as it is stored.
   *
   * @param job the job itself
   * @param nodes all of its nodes, or those that changed
   */
  record Saved(StoredJob job, List<NodeView> nodes) {
    public Saved {
      nodes = List.copyOf(nodes);
    }
  }

  /** Everything there is. */
  List<Saved> load() throws IOException;

  /**
   * Writes all of this or nothing; it is on the disk when this returns.
   *
   * @param changed jobs with those of their nodes that changed
   * @param forgotten ids of jobs that go
   */
  void save(List<Saved> changed, List<String> forgotten) throws IOException;

  @Override
  void close();

  /** Keeps nothing: for trackers without a folder. */
  static JobStore none() {
    return new JobStore() {
      @Override
      public List<Saved> load() {
        return List.of();
      }

      @Override
      public void save(List<Saved> changed, List<String> forgotten) {
        // The jobs live as long as the process.
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }
}
