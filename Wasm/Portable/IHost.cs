namespace Fog.Wasm.Portable
{
    /// <summary>The functions outside of a module that it imports, or that others have put into a table it shares.</summary>
    public interface IHost
    {
        /// <summary>
        /// Calls a function while the caller waits in the middle of a basic block: no snapshot sees it. To an
        /// <see cref="Executor"/>'s host arguments stand in the caller's registers of each kind from 0 on
        /// (<see cref="Executor.GetI32"/>), where the results go; it may begin and run functions of the caller meanwhile.
        /// </summary>
        /// <param name="caller">The instance that calls.</param>
        /// <param name="function">Its number: below the first of the caller's own, or beyond their last.</param>
        /// <param name="type">What a call through a table takes its type for, an index in the caller's module; -1 for an import.</param>
        /// <returns>None, or the trap that the call ends in.</returns>
        TrapCode Call(IGuest caller, int function, int type);
    }
}
