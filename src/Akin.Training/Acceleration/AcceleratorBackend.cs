namespace Akin.Training.Acceleration;

/// <summary>What an <see cref="Accelerator"/> runs on.</summary>
public enum AcceleratorBackend
{
    /// <summary>MPI processes when started by <c>mpirun</c>, else threads.</summary>
    Automatic,

    /// <summary>The threads of this process; MPI is not touched.</summary>
    Threads,

    /// <summary>MPI processes, also under starters that set no <c>OMPI_COMM_WORLD_SIZE</c>.</summary>
    Mpi,
}
