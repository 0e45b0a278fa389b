using System.Runtime.ExceptionServices;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>Threads whose stack is large enough for guests: their frames lie on it, as deep as their calls.</summary>
public static class GuestThread
{
    /// <summary>Runs on a thread of its own and waits for it.</summary>
    /// <param name="stackBytes">As <see cref="CompiledModule.StackBytes"/> says; reserved, not used.</param>
    public static T Call<T>(int stackBytes, Func<T> body)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = body();
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            },
            stackBytes);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
