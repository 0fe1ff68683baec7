namespace Turnpike.Benchmarks;

/// <summary>Something that the hot path does, ready to be done again and again: for the benchmarks to time, for the budgets to weigh.</summary>
/// <remarks>Made with all it needs; <see cref="Run"/> does nothing but the work. Used by one thread; dispose it once.</remarks>
public interface IOperation : IDisposable
{
    /// <summary>Does it once. What comes back only proves that it was done, so that no compiler leaves it out.</summary>
    /// <exception cref="InvalidOperationException">It was not done: what is measured would be something else.</exception>
    long Run();
}
