namespace Akin.Training.Acceleration;

/// <summary>An exchange between processes failed or did not end in time: a process has died, hangs, or does something else than the others.</summary>
/// <remarks>The processes can no longer agree on anything. Let the program end; <c>mpirun</c> then ends the others. Resume from the last checkpoint.</remarks>
public sealed class ProcessExchangeException : Exception
{
    internal ProcessExchangeException(int processIndex, string operation, string found, string remedy, Exception? innerException = null)
        : base($"Process {processIndex}, {operation}: {found}. {remedy}", innerException) => (ProcessIndex, Operation) = (processIndex, operation);

    /// <summary>The process that noticed it.</summary>
    public int ProcessIndex { get; }

    /// <summary>What it was doing.</summary>
    public string Operation { get; }
}
