using System.Diagnostics;
using System.Security.Cryptography;

namespace Akin.TestKit;

/// <summary>Published JavaScript packages, pinned by a <c>package-lock.json</c>, installed once into a cache outside the checkout.</summary>
public static class NodePackages
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Why such tests cannot run here; null when they can.</summary>
    public static string? ReasonToSkip { get; } =
        new[] { "node", "npm" }.All(program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))))
            ? null
            : "Needs Node.js with npm (Debian and Ubuntu: apt-get install nodejs npm).";

    /// <summary>Runs a script among the packages of its folder's <c>package-lock.json</c>; it must succeed.</summary>
    /// <param name="script">The script.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it wrote to standard output.</returns>
    public static string Run(string script, string input, params string[] arguments)
    {
        string folder = Install(Path.GetDirectoryName(script)!);
        string copy = Path.Combine(folder, $"{Guid.NewGuid():N}-{Path.GetFileName(script)}"); // a script finds packages beside itself
        File.Copy(script, copy);
        try
        {
            return Run("node", folder, input, [copy, .. arguments]);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>The folder of the packages; a half-done installation is never taken for a whole one.</summary>
    private static string Install(string source)
    {
        string[] files = ["package.json", "package-lock.json"];
        string version = Convert.ToHexStringLower(SHA256.HashData([.. files.SelectMany(file => File.ReadAllBytes(Path.Combine(source, file)))]))[..16];
        string cache = Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "akin-tests");
        string folder = Path.Combine(cache, $"npm-{version}");
        if (!Directory.Exists(folder))
        {
            string made = Directory.CreateDirectory(Path.Combine(cache, $"{Guid.NewGuid():N}")).FullName;
            foreach (string file in files)
            {
                File.Copy(Path.Combine(source, file), Path.Combine(made, file));
            }

            Run("npm", made, "", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            try
            {
                Directory.Move(made, folder);
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                Directory.Delete(made, recursive: true); // another process was faster
            }
        }

        return folder;
    }

    private static string Run(string program, string folder, string input, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {Patience}.");
        }

        return process.ExitCode == 0 ? output.Result : throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}: {error.Result}");
    }
}
