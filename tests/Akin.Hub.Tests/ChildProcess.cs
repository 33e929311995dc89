using System.Diagnostics;

namespace Akin.Hub.Tests;

/// <summary>Downloads the tiny model in a process of its own, which a test can kill or let compete with others.</summary>
public static class ChildProcess
{
    public static int Main(string[] arguments)
    {
        HubOptions options = new() { Endpoint = arguments[0], CacheFolder = arguments[1], Token = "", RetryCount = 2, RetryDelay = TimeSpan.FromMilliseconds(10), Timeout = TimeSpan.FromMinutes(1) };
        Console.WriteLine(ModelHub.ResolveFolder(TinyHub.Repository, options));
        return 0;
    }

    public static Process Start(TinyHub hub, string cacheFolder)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        ProcessStartInfo start = new(dotnet, [typeof(ChildProcess).Assembly.Location, hub.Address, cacheFolder]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }

    public static async Task<string> FolderAsync(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return output.Trim();
    }
}
