package io.shoal.simulation;

/** Which policies the engines run. */
public enum SimulationPolicy {
  /** What production runs. */
  SHOAL
}
