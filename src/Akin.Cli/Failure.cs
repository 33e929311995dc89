namespace Akin.Cli;

/// <summary>Turns the exception that ended a verb into a message on stderr and an exit code.</summary>
internal static class Failure
{
    public static int Report(Exception exception, CommandContext context)
    {
        // What a task or a type's first use wraps is the error itself.
        while (exception is AggregateException { InnerExceptions.Count: 1 } or TypeInitializationException { InnerException: not null })
        {
            exception = exception.InnerException!;
        }

        if (context.Cancellation.IsCancellationRequested && exception is OperationCanceledException or ObjectDisposedException)
        {
            context.MessageStopped();
            return ExitCode.Interrupted;
        }

        if (Environment.GetEnvironmentVariable("AKIN_TRACE") == "1")
        {
            Console.Error.WriteLine(exception);
        }

        if (CanBeMended(exception))
        {
            Console.Error.WriteLine($"akin: {exception.Message}");
            return ExitCode.Failure;
        }

        Console.Error.WriteLine($"akin: this is a defect of akin: {exception.GetType().Name}: {exception.Message}");
        Console.Error.WriteLine("Set AKIN_TRACE=1 to see where it happened, and please report it.");
        return ExitCode.Defect;
    }

    /// <summary>Akin's own typed errors and those of the system (files, disk, network) are about the user's input; anything else is a defect.</summary>
    private static bool CanBeMended(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or HttpRequestException
        || exception.GetType().Namespace?.StartsWith("Akin.", StringComparison.Ordinal) == true;
}
