namespace Akin.Training.Acceleration;

/// <summary>What MPI says about a failed call; <see cref="MpiChannel"/> adds what was being done.</summary>
internal sealed class MpiErrorException(string message) : Exception(message);
