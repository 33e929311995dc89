using System.Diagnostics;

namespace Akin.Docs.Tests;

/// <summary>Runs what a reader would type.</summary>
internal static class Shell
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>Runs commands that must succeed; returns what they wrote to standard output.</summary>
    public static string Run(string commands, string folder, IReadOnlyDictionary<string, string> variables)
    {
        ProcessStartInfo start = new("bash", ["-e", "-c", commands])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string variable, string value) in variables)
        {
            start.Environment[variable] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"This did not end within {Patience}:\n{commands}");
        }

        Assert.True(process.ExitCode == 0, $"Exit code {process.ExitCode} of:\n{commands}\n{error.Result}\n{output.Result}");
        return output.Result;
    }
}
