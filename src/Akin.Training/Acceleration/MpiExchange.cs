namespace Akin.Training.Acceleration;

/// <summary>Something that all processes do together.</summary>
/// <param name="operation">What it is, for messages: <c>exchanging gradients</c>.</param>
/// <param name="begin">Begins it and gives the request, or 0 when it is complete at once. It keeps the arrays alive that MPI writes to.</param>
internal sealed class MpiExchange(string operation, Func<MpiLibrary, nint> begin)
{
    private nint _request;

    public string Operation { get; } = operation;

    /// <summary>Set when it is complete or has failed.</summary>
    public ManualResetEventSlim Ended { get; } = new();

    /// <summary>Why it failed.</summary>
    public Exception? Error { get; private set; }

    public void Begin(MpiLibrary library)
    {
        try
        {
            _request = begin(library);
            if (_request == 0)
            {
                Ended.Set();
            }
        }
        catch (Exception error) when (error is MpiErrorException or MpiUnavailableException)
        {
            Fail(error);
        }
    }

    public void Advance(MpiLibrary library)
    {
        try
        {
            if (!Ended.IsSet && library.IsComplete(ref _request))
            {
                Ended.Set();
            }
        }
        catch (MpiErrorException error)
        {
            Fail(error);
        }
    }

    private void Fail(Exception error)
    {
        Error = error;
        Ended.Set();
    }
}
