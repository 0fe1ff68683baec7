namespace Turnpike.TestKit;

/// <summary>How long a test waits for anything before it gives up: long, since it is only reached when something is broken.</summary>
public static class Deadline
{
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    /// <summary>A token that is cancelled when the deadline has passed.</summary>
    public static CancellationToken Token(TimeSpan? after = null) => new CancellationTokenSource(after ?? Default).Token;

    /// <summary>Waits until a condition holds, looking at it every few milliseconds.</summary>
    /// <exception cref="TimeoutException">It did not hold in time; the message says what was waited for.</exception>
    public static async Task UntilAsync(Func<bool> condition, string what, TimeSpan? within = null) =>
        await UntilAsync(() => Task.FromResult(condition()), what, within);

    /// <inheritdoc cref="UntilAsync(Func{bool}, string, TimeSpan?)"/>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null)
    {
        var token = Token(within);
        while (!await condition())
        {
            if (token.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited {within ?? Default} in vain: {what}.");
            }

            await Task.Delay(3, CancellationToken.None);
        }
    }
}
