import Foundation

/// The processor time that `body` takes on its thread: what other tests do on a shared machine does not count.
func threadTime(_ body: () -> Void) -> Duration {
    let began = threadClock()
    body()
    return threadClock() - began
}

private func threadClock() -> Duration {
    var time = timespec()
    let code = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    precondition(code == 0, "the thread's clock cannot be read")
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
