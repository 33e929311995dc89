using System.Runtime.InteropServices;
using System.Text;

namespace Akin.Training.Acceleration;

/// <summary>The functions of Open MPI that are needed (its C interface, https://www.mpi-forum.org/docs/, MPI 3.1).</summary>
/// <remarks>
/// The library is found at run time, so that programs run without it. The handles of a C program (<c>MPI_COMM_WORLD</c>, <c>MPI_FLOAT</c>) are macros of
/// Open MPI's header for the addresses of exported variables; MPICH's are numbers, so its library cannot stand in. Buffers must not move until a
/// request is complete: they are arrays of the pinned heap.
/// </remarks>
internal sealed unsafe class MpiLibrary
{
    /// <summary>Names a file to load instead of the system's library.</summary>
    public const string PathVariable = "AKIN_MPI_LIBRARY";

    private const int Funneled = 1; // MPI_THREAD_FUNNELED: one thread makes all calls
    private const int LongestMessage = 256; // MPI_MAX_ERROR_STRING
    private static readonly void* s_inPlace = (void*)1; // MPI_IN_PLACE

    private readonly string _file;
    private readonly delegate* unmanaged[Cdecl]<int*, void*, int, int*, int> _initThread;
    private readonly delegate* unmanaged[Cdecl]<int> _finalize;
    private readonly delegate* unmanaged[Cdecl]<nint, int*, int> _commRank;
    private readonly delegate* unmanaged[Cdecl]<nint, int*, int> _commSize;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int> _commSetErrhandler;
    private readonly delegate* unmanaged[Cdecl]<int, byte*, int*, int> _errorString;
    private readonly delegate* unmanaged[Cdecl]<void*, void*, int, nint, nint, nint, nint*, int> _iallreduce;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, void*, int*, int*, nint, nint, nint*, int> _iallgatherv;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, nint*, int> _ibcast;
    private readonly delegate* unmanaged[Cdecl]<nint, nint*, int> _ibarrier;
    private readonly delegate* unmanaged[Cdecl]<nint*, int*, void*, int> _test;
    private readonly nint _world;
    private readonly nint _float;
    private readonly nint _double;
    private readonly nint _byte;
    private readonly nint _sum;
    private readonly nint _errorsReturn;

    private MpiLibrary(string file, nint handle)
    {
        _file = file;
        nint Find(string symbol) => NativeLibrary.TryGetExport(handle, symbol, out nint address)
            ? address
            : throw new MpiUnavailableException($"{file} has no '{symbol}': it is not Open MPI's library. {HowToInstall}");

        _initThread = (delegate* unmanaged[Cdecl]<int*, void*, int, int*, int>)Find("MPI_Init_thread");
        _finalize = (delegate* unmanaged[Cdecl]<int>)Find("MPI_Finalize");
        _commRank = (delegate* unmanaged[Cdecl]<nint, int*, int>)Find("MPI_Comm_rank");
        _commSize = (delegate* unmanaged[Cdecl]<nint, int*, int>)Find("MPI_Comm_size");
        _commSetErrhandler = (delegate* unmanaged[Cdecl]<nint, nint, int>)Find("MPI_Comm_set_errhandler");
        _errorString = (delegate* unmanaged[Cdecl]<int, byte*, int*, int>)Find("MPI_Error_string");
        _iallreduce = (delegate* unmanaged[Cdecl]<void*, void*, int, nint, nint, nint, nint*, int>)Find("MPI_Iallreduce");
        _iallgatherv = (delegate* unmanaged[Cdecl]<void*, int, nint, void*, int*, int*, nint, nint, nint*, int>)Find("MPI_Iallgatherv");
        _ibcast = (delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, nint*, int>)Find("MPI_Ibcast");
        _ibarrier = (delegate* unmanaged[Cdecl]<nint, nint*, int>)Find("MPI_Ibarrier");
        _test = (delegate* unmanaged[Cdecl]<nint*, int*, void*, int>)Find("MPI_Test");
        _world = Find("ompi_mpi_comm_world");
        _float = Find("ompi_mpi_float");
        _double = Find("ompi_mpi_double");
        _byte = Find("ompi_mpi_byte");
        _sum = Find("ompi_mpi_op_sum");
        _errorsReturn = Find("ompi_mpi_errors_return");
    }

    private static string HowToInstall =>
        $"Install Open MPI (Debian and Ubuntu: apt-get install openmpi-bin; macOS: brew install open-mpi) or name its library in {PathVariable}.";

    /// <summary>Finds the library.</summary>
    /// <exception cref="MpiUnavailableException">It is missing, or another one.</exception>
    public static MpiLibrary Load()
    {
        // Open MPI has had the ABI number 40 since version 3; the bare name exists where its headers are installed.
        string[] files = Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path
            ? [path]
            : OperatingSystem.IsMacOS() ? ["libmpi.40.dylib", "libmpi.dylib", "/opt/homebrew/lib/libmpi.dylib"] : ["libmpi.so.40", "libmpi.so"];
        foreach (string file in files)
        {
            if (NativeLibrary.TryLoad(file, out nint handle))
            {
                return new MpiLibrary(file, handle);
            }
        }

        throw new MpiUnavailableException($"No MPI library was found (tried {string.Join(", ", files)}). {HowToInstall}");
    }

    /// <summary>Starts MPI; the calling thread is the only one that may use it from now on.</summary>
    /// <exception cref="MpiUnavailableException">It does not start.</exception>
    public void Initialize()
    {
        int provided;
        int code = _initThread(null, null, Funneled, &provided);
        if (code != 0 || provided < Funneled)
        {
            throw new MpiUnavailableException($"{_file} does not start: MPI_Init_thread gave {code}, thread level {provided}. Start the program with mpirun.");
        }

        Require(_commSetErrhandler(_world, _errorsReturn)); // errors are returned, instead of ending the process
    }

    public int Rank()
    {
        int rank;
        Require(_commRank(_world, &rank));
        return rank;
    }

    public int Size()
    {
        int size;
        Require(_commSize(_world, &size));
        return size;
    }

    /// <summary>Ends MPI. Waits for the other processes: only when they are known to come too.</summary>
    public void Terminate() => Require(_finalize());

    /// <summary>Begins to replace the numbers by their sums over all processes.</summary>
    /// <param name="pinned">As many everywhere.</param>
    public nint BeginSum(float[] pinned) => BeginSum(Address(pinned), pinned.Length, _float);

    /// <inheritdoc cref="BeginSum(float[])"/>
    public nint BeginSum(double[] pinned) => BeginSum(Address(pinned), pinned.Length, _double);

    /// <summary>Begins to replace the bytes by those of one process.</summary>
    public nint BeginBroadcast(byte[] pinned, int root)
    {
        nint request;
        Require(_ibcast(Address(pinned), pinned.Length, _byte, root, _world, &request));
        return request;
    }

    /// <summary>Begins to put the bytes of all processes one after the other.</summary>
    /// <param name="pinned">What this process gives.</param>
    /// <param name="pinnedAll">As long as all parts together.</param>
    /// <param name="pinnedCounts">Bytes of every process.</param>
    /// <param name="pinnedStarts">Where they go.</param>
    public nint BeginGather(byte[] pinned, byte[] pinnedAll, int[] pinnedCounts, int[] pinnedStarts)
    {
        nint request;
        Require(_iallgatherv(
            Address(pinned), pinned.Length, _byte, Address(pinnedAll), (int*)Address(pinnedCounts), (int*)Address(pinnedStarts), _byte, _world, &request));
        return request;
    }

    /// <summary>Begins to wait for every process to come here.</summary>
    public nint BeginBarrier()
    {
        nint request;
        Require(_ibarrier(_world, &request));
        return request;
    }

    /// <summary>Moves messages on.</summary>
    /// <param name="request">What was begun.</param>
    /// <returns>Whether it is complete.</returns>
    public bool IsComplete(ref nint request)
    {
        nint handle = request;
        int isComplete;
        Require(_test(&handle, &isComplete, null)); // null: MPI_STATUS_IGNORE
        request = handle;
        return isComplete != 0;
    }

    private static void* Address<T>(T[] pinned)
        where T : unmanaged =>
        (void*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

    private nint BeginSum(void* numbers, int count, nint type)
    {
        nint request;
        Require(_iallreduce(s_inPlace, numbers, count, type, _sum, _world, &request));
        return request;
    }

    private void Require(int code)
    {
        if (code != 0)
        {
            byte* text = stackalloc byte[LongestMessage];
            int length;
            bool isKnown = _errorString(code, text, &length) == 0;
            throw new MpiErrorException(isKnown ? Encoding.UTF8.GetString(text, length) : $"MPI error {code}");
        }
    }
}
