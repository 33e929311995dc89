using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Akin.Models;
using Akin.Tensors;

namespace Akin.Training.Acceleration;

/// <summary>Runs one training loop on the threads of one process or, unchanged, in several processes that share the work: accelerate's <c>Accelerator</c>.</summary>
/// <remarks>
/// <para>
/// Every process runs the same program on its own examples (<see cref="Shard"/>). <see cref="Prepare"/> gives all of them the main process's weights;
/// <see cref="Backward"/> adds up the gradients of all, while it computes. Each then takes the same step with its own optimizer, so weights stay equal
/// bit for bit. Started without <c>mpirun</c> there is one process, and every method does what is left of its work then.
/// </para>
/// <para>
/// All processes must call the same methods in the same order. Nothing waits for ever: when a process dies, the others get a
/// <see cref="ProcessExchangeException"/>. Not thread-safe; one accelerator serves a program.
/// </para>
/// </remarks>
public sealed class Accelerator
{
    /// <summary>Open MPI's <c>mpirun</c> tells every process how many they are.</summary>
    private const string CountVariable = "OMPI_COMM_WORLD_SIZE";

    private readonly AcceleratorOptions _options;
    private readonly MpiChannel? _channel;
    private IReadOnlyList<Parameter>? _parameters;
    private GradientExchange? _gradients;

    /// <summary>Joins the other processes, if there are any.</summary>
    /// <param name="options">Default: processes when the program was started by <c>mpirun</c>, else threads.</param>
    /// <exception cref="MpiUnavailableException">MPI is wanted, but its library is missing or does not start.</exception>
    /// <exception cref="ProcessExchangeException">The other processes did not come in time.</exception>
    /// <exception cref="InvalidOperationException">This program had an accelerator with MPI before.</exception>
    public Accelerator(AcceleratorOptions? options = null)
    {
        _options = options ?? new AcceleratorOptions();
        _options.Validate();
        bool usesMpi = _options.Backend switch
        {
            AcceleratorBackend.Threads => false,
            AcceleratorBackend.Mpi => true,
            _ => Environment.GetEnvironmentVariable(CountVariable) is { Length: > 0 },
        };
        _channel = usesMpi ? MpiChannel.Start(_options.Timeout) : null;
    }

    /// <summary>Which process this is, from 0.</summary>
    public int ProcessIndex => _channel?.ProcessIndex ?? 0;

    /// <summary>How many processes there are, at least 1.</summary>
    public int ProcessCount => _channel?.ProcessCount ?? 1;

    /// <summary>Whether this is the process that writes files and talks to the user.</summary>
    public bool IsMainProcess => ProcessIndex == 0;

    /// <summary>How many pieces the gradients of a step are exchanged in; 0 with one process.</summary>
    public int BucketCount => _gradients?.BucketCount ?? 0;

    /// <summary>How many of these were on their way before the last backward pass was over.</summary>
    public int EarlyBucketCount => _gradients?.EarlyCount ?? 0;

    /// <summary>Gives every process the main process's weights, and prepares the exchange of their gradients.</summary>
    /// <remarks>Freeze what is not to be trained before, in every process alike.</remarks>
    /// <param name="model">Loaded with <see cref="LoadOptions.IsTrainable"/>; the same in every process.</param>
    /// <param name="cancellationToken">Ends the wait for the others.</param>
    /// <exception cref="InvalidOperationException">The model was loaded for inference.</exception>
    /// <exception cref="ProcessExchangeException">The processes have different models, or one is gone.</exception>
    public void Prepare(ITrainableModel model, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        _parameters = model.Parameters;
        if (_channel is null)
        {
            return;
        }

        RequireEqualModels(model, cancellationToken);
        foreach (Tensor weight in model.Parameters.Select(parameter => parameter.Whole).Distinct())
        {
            Broadcast(weight.Span, cancellationToken);
            weight.MarkChanged();
        }

        _gradients = new GradientExchange(_channel, model.Parameters, _options.BucketBytes);
    }

    /// <summary>Runs the backward pass of a step's last micro-batch and adds up the gradients of all processes: afterwards they are equal everywhere.</summary>
    /// <remarks>
    /// Micro-batches before the last call <see cref="ForwardContext.Backward"/> of the context itself: what they leave is exchanged with the last. A
    /// process that has no micro-batch calls <see cref="SynchronizeGradients"/> instead. The sum of two processes is one addition, the same as that of
    /// two accumulated micro-batches; that of more processes is rounded in another order than a single process would.
    /// </remarks>
    /// <param name="context">The context the loss was computed with.</param>
    /// <param name="loss">A single number.</param>
    /// <param name="weight">
    /// Multiplies every gradient: this micro-batch's share of the whole step, of all processes together. For the exact mean over targets it is
    /// <c>batch.TargetCount / accelerator.Sum(targetCountOfThisProcess)</c>. Default: 1 / <see cref="ProcessCount"/>, the mean of the processes' losses.
    /// </param>
    /// <exception cref="InvalidOperationException">The model was not prepared, or weights were frozen or freed since.</exception>
    /// <exception cref="ProcessExchangeException">Another process is gone.</exception>
    /// <exception cref="OperationCanceledException">The context's token was cancelled; nothing can be exchanged any more.</exception>
    public void Backward(ForwardContext context, Tensor loss, double? weight = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(loss);
        GradientExchange? gradients = RequirePrepared();
        if (gradients is null)
        {
            context.Backward(loss, (float)(weight ?? 1));
            return;
        }

        Action<Tensor>? listener = context.GradientCompleted;
        context.GradientCompleted = gradients.Take + listener;
        try
        {
            context.Backward(loss, (float)(weight ?? 1.0 / ProcessCount));
            gradients.Finish(context);
        }
        catch (Exception error)
        {
            _channel!.Break($"a backward pass was broken off: {error.Message}");
            throw;
        }
        finally
        {
            context.GradientCompleted = listener;
        }
    }

    /// <summary>Adds up the gradients of all processes without a backward pass: for a process that has nothing more to compute in this step.</summary>
    /// <param name="context">Its token ends the wait.</param>
    /// <exception cref="InvalidOperationException">The model was not prepared, or weights were frozen or freed since.</exception>
    /// <exception cref="ProcessExchangeException">Another process is gone.</exception>
    public void SynchronizeGradients(ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RequirePrepared()?.Finish(context);
    }

    /// <summary>Takes this process's share of examples.</summary>
    /// <remarks>
    /// All shares are equally long, so that all processes take equally many steps: where the examples do not divide evenly, the first ones are taken
    /// once more behind the last. This process has the places <c>ProcessIndex, ProcessIndex + ProcessCount, …</c>, as with torch's DistributedSampler.
    /// Give the same indices in every process: shuffle them with the same seed.
    /// </remarks>
    /// <param name="indices">All examples of an epoch, in order.</param>
    /// <returns>⌈count / <see cref="ProcessCount"/>⌉ of them.</returns>
    public int[] Shard(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        int[] shard = new int[(indices.Count + ProcessCount - 1) / ProcessCount];
        for (int i = 0; i < shard.Length; i++)
        {
            shard[i] = indices[(int)((((long)i * ProcessCount) + ProcessIndex) % indices.Count)];
        }

        return shard;
    }

    /// <summary>Adds up a number of every process. The result is the same everywhere, bit for bit.</summary>
    /// <param name="value">This process's number, such as its count of targets.</param>
    /// <param name="cancellationToken">Ends the wait for the others.</param>
    /// <exception cref="ProcessExchangeException">Another process is gone.</exception>
    public double Sum(double value, CancellationToken cancellationToken = default)
    {
        double[] sum = [value];
        Sum(sum, cancellationToken);
        return sum[0];
    }

    /// <summary>Replaces numbers by their sums over all processes. The results are the same everywhere, bit for bit.</summary>
    /// <param name="values">Equally many in every process.</param>
    /// <param name="cancellationToken">Ends the wait for the others.</param>
    /// <exception cref="ProcessExchangeException">Another process is gone.</exception>
    public void Sum(Span<double> values, CancellationToken cancellationToken = default)
    {
        if (_channel is null || values.IsEmpty)
        {
            return;
        }

        double[] sums = Pinned<double>(values);
        Exchange("adding numbers up", mpi => mpi.BeginSum(sums), cancellationToken);
        sums.CopyTo(values);
    }

    /// <summary>Gives every process what each of them has.</summary>
    /// <typeparam name="T">Numbers, or structures of numbers.</typeparam>
    /// <param name="values">What this process has: any number of them.</param>
    /// <param name="cancellationToken">Ends the wait for the others.</param>
    /// <returns>What process 0 has, what process 1 has, ….</returns>
    /// <exception cref="ArgumentException">All together are more than 2 GB.</exception>
    /// <exception cref="ProcessExchangeException">Another process is gone.</exception>
    public T[][] Gather<T>(ReadOnlySpan<T> values, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        if (_channel is null)
        {
            return [values.ToArray()];
        }

        int[] four = [.. Enumerable.Repeat(sizeof(int), ProcessCount)];
        int[] counts = MemoryMarshal.Cast<byte, int>(GatherBytes(MemoryMarshal.AsBytes<int>([checked(values.Length * Unsafe.SizeOf<T>())]), four, cancellationToken)).ToArray();
        ReadOnlySpan<byte> all = GatherBytes(MemoryMarshal.AsBytes(values), counts, cancellationToken);
        T[][] parts = new T[ProcessCount][];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = MemoryMarshal.Cast<byte, T>(all[..counts[i]]).ToArray();
            all = all[counts[i]..];
        }

        return parts;
    }

    /// <summary>Gives every process what the main process has.</summary>
    /// <typeparam name="T">Numbers, or structures of numbers.</typeparam>
    /// <param name="values">As many in every process; overwritten in all but the main one.</param>
    /// <param name="cancellationToken">Ends the wait for the others.</param>
    /// <exception cref="ProcessExchangeException">Another process is gone.</exception>
    public void Broadcast<T>(Span<T> values, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        if (_channel is null || values.IsEmpty)
        {
            return;
        }

        const int PieceBytes = 16 << 20;
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        for (int start = 0; start < bytes.Length; start += PieceBytes)
        {
            Span<byte> part = bytes.Slice(start, Math.Min(PieceBytes, bytes.Length - start));
            byte[] piece = Pinned<byte>(part);
            Exchange("handing out what the main process has", mpi => mpi.BeginBroadcast(piece, root: 0), cancellationToken);
            piece.CopyTo(part);
        }
    }

    /// <summary>Does something in the main process only, such as writing a file, while the others wait.</summary>
    /// <param name="action">What to do. When it fails, all processes fail.</param>
    /// <param name="cancellationToken">Ends the wait of the others.</param>
    /// <exception cref="ProcessExchangeException">In the others: the main process failed, or is gone.</exception>
    public void OnMainProcess(Action action, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        Span<byte> isDone = [1];
        if (IsMainProcess)
        {
            try
            {
                action();
            }
            catch
            {
                isDone[0] = 0;
                Broadcast(isDone, cancellationToken);
                throw;
            }
        }

        Broadcast(isDone, cancellationToken);
        if (isDone[0] == 0)
        {
            throw new ProcessExchangeException(ProcessIndex, "waiting for the main process", "it failed", "See what it says.");
        }
    }

    /// <summary>Waits until every process has come here.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ProcessExchangeException">Another process is gone.</exception>
    public void WaitForEveryone(CancellationToken cancellationToken = default) => Exchange("waiting for everyone", mpi => mpi.BeginBarrier(), cancellationToken);

    /// <summary>Ends the work of all processes together: the last line of a program.</summary>
    /// <remarks>A process that ends without it, because of an error, makes <c>mpirun</c> end the others.</remarks>
    /// <param name="cancellationToken">Ends the wait for the others.</param>
    /// <exception cref="ProcessExchangeException">Another process is gone.</exception>
    public void EndTraining(CancellationToken cancellationToken = default) => _channel?.End(cancellationToken);

    /// <summary>Refuses to run alone beside others that would do the same: each would write the same files.</summary>
    internal void RequireAllProcesses()
    {
        if (_channel is null && int.TryParse(Environment.GetEnvironmentVariable(CountVariable), out int count) && count > 1)
        {
            throw new ProcessExchangeException(
                int.TryParse(Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_RANK"), out int rank) ? rank : 0,
                "beginning to train", $"mpirun has started {count} processes, but each would train alone and write the same files",
                "Give the trainer an accelerator (`Accelerator = new Accelerator()`), or start one process.");
        }
    }

    private static T[] Pinned<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        T[] pinned = GC.AllocateUninitializedArray<T>(values.Length, pinned: true);
        values.CopyTo(pinned);
        return pinned;
    }

    private byte[] GatherBytes(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> counts, CancellationToken cancellationToken)
    {
        int[] starts = new int[counts.Length];
        long length = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            starts[i] = (int)length;
            length += counts[i];
            if (length > Array.MaxLength)
            {
                throw new ArgumentException($"All processes together gather more than {Array.MaxLength} bytes: gather in parts.");
            }
        }

        byte[] mine = Pinned(bytes);
        byte[] all = GC.AllocateUninitializedArray<byte>((int)length, pinned: true);
        (int[] pinnedCounts, int[] pinnedStarts) = (Pinned(counts), Pinned<int>(starts));
        Exchange("gathering", mpi => mpi.BeginGather(mine, all, pinnedCounts, pinnedStarts), cancellationToken);
        return all;
    }

    private void Exchange(string operation, Func<MpiLibrary, nint> begin, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_channel is not null)
        {
            _channel.Wait(_channel.Begin(new MpiExchange(operation, begin)), cancellationToken);
        }
    }

    private void RequireEqualModels(ITrainableModel model, CancellationToken cancellationToken)
    {
        string layout = string.Join('\n', model.Parameters.Select(parameter => $"{parameter} {parameter.RequiresGradient}"));
        byte[][] layouts = Gather<byte>(SHA256.HashData(Encoding.UTF8.GetBytes(layout)), cancellationToken);
        for (int i = 0; i < layouts.Length; i++)
        {
            if (!layouts[i].AsSpan().SequenceEqual(layouts[0]))
            {
                throw new ProcessExchangeException(
                    ProcessIndex, "comparing models", $"the {model.GetType().Name} of process {i} has other parameters, or other frozen ones, than that of process 0",
                    "Load the same model in every process and freeze the same parameters.");
            }
        }
    }

    private GradientExchange? RequirePrepared()
    {
        if (_parameters is null)
        {
            throw new InvalidOperationException($"Call {nameof(Prepare)} with the model before the first step, so that all processes begin with the same weights.");
        }

        return _gradients is null || _gradients.Fits(_parameters)
            ? _gradients
            : throw new InvalidOperationException($"Parameters were frozen or freed since {nameof(Prepare)}: call it again, in every process.");
    }
}
