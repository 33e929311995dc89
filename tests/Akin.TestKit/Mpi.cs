namespace Akin.TestKit;

/// <summary>How tests start several processes with Open MPI's <c>mpirun</c>.</summary>
public static class Mpi
{
    private static readonly string? s_mpirun = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "mpirun")).FirstOrDefault(File.Exists);

    /// <summary>Why such tests cannot run here; null when they can.</summary>
    public static string? ReasonToSkip => s_mpirun is null ? "Needs mpirun of Open MPI (Debian and Ubuntu: apt-get install openmpi-bin)." : null;

    /// <summary>The program and options that start processes on this machine; the command of one of them follows.</summary>
    /// <param name="count">How many.</param>
    public static IReadOnlyList<string> Start(int count) =>
    [
        s_mpirun!, "-n", $"{count}", "--host", $"localhost:{count}", "--oversubscribe", "--allow-run-as-root", "--bind-to", "none",
        "--mca", "btl_vader_single_copy_mechanism", "none",
        "-x", "TERM=dumb", // mpirun gives every process a terminal, to which .NET writes what TERM needs
    ];
}
