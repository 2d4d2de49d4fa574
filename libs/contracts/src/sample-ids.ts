/** Ids that the samples share, so that they tell one story. */
export const SAMPLE = {
  user_id: '5b0c3a52-7f0e-4d0b-9c55-0d6f1d3a9e01',
  org_id: '0f4b7c1e-2a55-4f5e-8d9b-6c1d2e3f4a02',
  course_id: 'c1a7e3d4-91b2-4c63-a7d8-15e2f3a4b503',
  course_version_id: '3f8e2b6a-5d4c-4b1f-9e70-8a9b0c1d2e04',
  lesson_id: 'a2d5c8f1-3b6e-4e97-8c40-1f2e3d4c5b05',
  optional_lesson_id: 'b3e6d9a2-4c7f-4fa8-9d51-2a3f4e5d6c06',
  quiz_id: 'd4f7eab3-5d80-40b9-ae62-3b4a5f6e7d07',
  certificate_uid: 'e508fbc4-6e91-41ca-bf73-4c5b6a7f8e08',
} as const
