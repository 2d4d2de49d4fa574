declare module 'kafkajs/src/network/requestQueue' {
  const RequestQueue: {
    prototype: { scheduleCheckPendingRequests(this: { pending: unknown[]; throttledUntil: number }): void }
  }
  export default RequestQueue
}
