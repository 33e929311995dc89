namespace Akin.Kernels;

/// <summary>The body of a <see cref="WorkerPool.For{TBody}"/> loop.</summary>
public interface IParallelBody
{
    /// <summary>Runs one task. Called from several threads at once, once for each index.</summary>
    /// <param name="taskIndex">The task, 0 … taskCount - 1.</param>
    void Execute(int taskIndex);
}
