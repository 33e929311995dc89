using System.Text.Json;
using Akin.Server;
using Microsoft.AspNetCore.Builder;

namespace Akin.Cli;

/// <summary>Runs a server inside a verb: the address on stdout once it is ready, and an orderly end at Ctrl-C or SIGTERM.</summary>
internal static class ServerRun
{
    /// <summary>Serves until the verb is stopped. All requests that were accepted until then are answered.</summary>
    /// <exception cref="CommandException">Some requests took longer than the server waits for at its end.</exception>
    public static void UntilStopped(CommandContext context, AkinServerOptions options)
    {
        context.EndsInTime = true;
        RunAsync(context, options).GetAwaiter().GetResult();
    }

    private static async Task RunAsync(CommandContext context, AkinServerOptions options)
    {
        await using WebApplication app = AkinServer.Build(options);
        try
        {
            await AkinServer.StartAsync(app, context.Cancellation);
            context.Output.WriteLine(context.Json ? JsonSerializer.Serialize(new { urls = app.Urls }) : string.Join(';', app.Urls));
            context.Output.Flush();
            await Task.Delay(Timeout.Infinite, context.Cancellation);
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            context.Message("Stopping: requests that were accepted are answered first.");
        }

        if (!await AkinServer.StopAsync(app))
        {
            throw new CommandException($"Some requests were not answered within {options.DrainSeconds} seconds (DrainSeconds).");
        }
    }
}
