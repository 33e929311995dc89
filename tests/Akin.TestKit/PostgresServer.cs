using System.Diagnostics;

namespace Akin.TestKit;

/// <summary>A real PostgreSQL: the one that <c>AKIN_POSTGRES</c> names, or one of this process's own, started when first needed.</summary>
public static class PostgresServer
{
    private static readonly Lazy<string> Running = new(Start);

    /// <summary>Its address, without a schema.</summary>
    public static string Address => Environment.GetEnvironmentVariable("AKIN_POSTGRES") is { Length: > 0 } given ? given : Running.Value;

    /// <summary>Why tests of it cannot run; null where they can.</summary>
    internal static string? ReasonToSkip { get; } =
        Environment.GetEnvironmentVariable("AKIN_POSTGRES") is { Length: > 0 } || (!OperatingSystem.IsWindows() && Run("find", "").ExitCode == 0)
            ? null
            : "Needs PostgreSQL (apt-get install postgresql), or the address of a server in AKIN_POSTGRES.";

    /// <summary>The address of an index that no other test has.</summary>
    public static string NewIndex() => $"{Address}&schema=t{Guid.NewGuid():N}";

    private static string Start()
    {
        string folder = Directory.CreateTempSubdirectory("akin-pg-").FullName;
        (int exitCode, string output, string error) = Run("start", folder, $"{Environment.ProcessId}");
        return exitCode == 0 ? output.Trim() : throw new InvalidOperationException($"No PostgreSQL to test with. {error}");
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "eng", "postgres.sh"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
